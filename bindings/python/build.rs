//! Lets plain `cargo` link the module as maturin does: the interpreter that loads it has Python's symbols.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
