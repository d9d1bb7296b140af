//! `uiq`: see the library for what it does.

fn main() -> std::process::ExitCode {
    uiq::run(std::env::args_os(), std::env::vars_os()).into()
}
