//! The command `layertrust`.

fn main() -> std::process::ExitCode {
    layertrust_cli::main(std::env::args_os()).into()
}
