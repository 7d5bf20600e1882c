use super::Layout;
use crate::cases::scene;

#[test]
fn a_written_layout_reads_back_the_same() {
    let layout = scene::signed(&scene::app(&scene::base().images[0]));
    let folder = tempfile::tempdir().unwrap();
    layout.write_dir(folder.path());
    let read = Layout::load_dir(folder.path());
    assert_eq!(read.blobs, layout.blobs);
    assert_eq!(read.index_json(), layout.index_json());
}
