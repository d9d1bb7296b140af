#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| uiq_fuzz::read_all(uiq_fuzz::source::Format::Csv, data));
