#![no_main]

use uiq_fuzz::source::Format;

// An archive as it comes, and the XML of a sheet in an archive that is right.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    if choice & 0x80 == 0 {
        return uiq_fuzz::read_all(Format::Xlsx, data);
    }
    if let Some(mut workbook) = uiq_fuzz::workbook(rest) {
        workbook.insert(0, *choice);
        uiq_fuzz::read_all(Format::Xlsx, &workbook);
    }
});
