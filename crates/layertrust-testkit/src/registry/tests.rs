use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::*;
use crate::image::{ImageSpec, Platform, Writer};
use crate::layer::{Compression, Layer};
use crate::object;
use crate::store::{CONFIG, Descriptor, INDEX, MANIFEST, hex_of, sha256};

/// What a client gets: the status, the headers and whatever came of the body.
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Asks on a connection of its own and reads until the server closes it, or `limit` bytes.
fn ask_for(registry: &Registry, request: &str, limit: u64) -> Got {
    let mut stream = TcpStream::connect(registry.host()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "{request}Host: {}\r\nConnection: close\r\n\r\n", registry.host()).unwrap();
    let mut bytes = Vec::new();
    stream.take(limit).read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
    Got { status, head, body: bytes[end..].to_vec() }
}

fn get(registry: &Registry, path: &str) -> Got {
    get_with(registry, path, "")
}

fn get_with(registry: &Registry, path: &str, headers: &str) -> Got {
    ask_for(registry, &format!("GET {path} HTTP/1.1\r\n{headers}"), u64::MAX)
}

/// An image, `1.0`, with three referrers.
struct World {
    layout: Layout,
    image: Descriptor,
    layer: Descriptor,
    referrers: Vec<Descriptor>,
}

fn world() -> World {
    let spec = ImageSpec::new(Writer::Crane, Platform::of("linux/amd64"));
    let image = spec.appended(Layer::of(Compression::Gzip, &[("app", "one")])).build();
    let mut layout = Layout::new();
    let descriptor = image.put(&mut layout);
    layout.tag(&descriptor, "1.0");
    let referrers = ["a", "b", "c"].map(|name| {
        let manifest = object! {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": format!("application/x-{name}"),
            "config": layout.put(CONFIG, "{}").json(),
            "layers": Vec::<crate::json::Json>::new(),
            "subject": descriptor.bare().json(),
        };
        layout.put(MANIFEST, manifest.bytes())
    });
    let layer = image.spec.layers[0].descriptor();
    World { layout, image: descriptor, layer, referrers: referrers.to_vec() }
}

fn serving(rule: Rule) -> (Registry, World) {
    let world = world();
    (Registry::new().repository("org/app", &world.layout).fault(rule).start(), world)
}

fn blob_path(digest: &str) -> String {
    format!("/v2/org/app/blobs/{digest}")
}

fn listed(got: &Got) -> Vec<String> {
    let index: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
    let manifests = index["manifests"].as_array().unwrap();
    manifests.iter().map(|entry| entry["digest"].as_str().unwrap().to_owned()).collect()
}

const TAG: &str = "/v2/org/app/manifests/1.0";
const BLOBS: &str = "/v2/*/blobs/*";

mod faults;
mod honest;
