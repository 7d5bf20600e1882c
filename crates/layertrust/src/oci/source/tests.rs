use std::sync::Mutex;

use super::*;

/// Has one blob, expects what it is told to, and notes what it was asked.
struct Noting {
    name: &'static str,
    has: Digest,
    expects: bool,
    asked: Arc<Mutex<Vec<&'static str>>>,
}

impl Source for Noting {
    fn resolve(&self, _selector: &Selector) -> Result<Option<Descriptor>> {
        self.asked.lock().unwrap().push(self.name);
        Ok(None)
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Box<dyn Read + Send + '_>>> {
        self.asked.lock().unwrap().push(self.name);
        Ok((*digest == self.has).then(|| Box::new(&b"x"[..]) as Box<dyn Read + Send>))
    }

    fn referrers(&self, _subject: &Digest, _limits: &Limits) -> Result<Referrers> {
        Ok(Referrers::default())
    }

    fn prefetch(&self, _wants: &[Want]) {
        self.asked.lock().unwrap().push(self.name);
    }

    fn expects(&self, _digest: &Digest) -> bool {
        self.expects
    }
}

#[test]
fn who_expects_a_digest_is_asked_first_and_who_does_not_is_asked_after_all() {
    let (here, elsewhere) = (Digest::sha256(b"x"), Digest::sha256(b"y"));
    for (image, evidence, has, order) in [
        (true, true, here, vec!["image"]),
        (false, true, here, vec!["evidence"]),
        (false, false, here, vec!["image"]),
        (false, true, elsewhere, vec!["evidence", "image"]),
    ] {
        let asked: Arc<Mutex<Vec<&'static str>>> = Arc::default();
        let source = |name, expects| Box::new(Noting { name, has: here, expects, asked: asked.clone() });
        let stack = Stack::new(source("image", image)).evidence(source("evidence", evidence));
        assert_eq!(stack.blob(&has).unwrap().is_some(), has == here);
        assert_eq!(*asked.lock().unwrap(), order);
        asked.lock().unwrap().clear();
        stack.resolve(&Selector::Digest(has)).unwrap();
        assert_eq!(asked.lock().unwrap().len(), 2, "none had it, so all were asked");
        asked.lock().unwrap().clear();
        stack.prefetch(&[Want::Manifest(has)]);
        assert_eq!(*asked.lock().unwrap(), ["image", "evidence"]);
    }
}
