//! Gives the shared library its soname: the name that programs look for when they start.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // The number is LAYERTRUST_ABI_VERSION.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,liblayertrust.so.0");
    }
}
