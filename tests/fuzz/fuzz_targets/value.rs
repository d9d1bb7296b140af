#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| uiq_fuzz::read_value(text));
