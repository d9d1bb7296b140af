//! `uiq man`: the help as pages of the manual.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::Context;
use crate::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  uiq man | man -l -                              the page of uiq, where man is that of man-db
  uiq man load | man -l -
  uiq man --dir ~/.local/share/man/man1           a page for every command; then: man uiq-load";

/// Print the manual page of uiq, or of a command
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ManPages {
    /// The command: load, runs show; by default uiq itself
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    command: Vec<String>,
    /// Write the pages of all commands into this folder, which is made where it is missing
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl ManPages {
    /// Runs the command. `root` is the whole command line of the program.
    pub fn run(self, context: &Context, root: Command) -> Result<Exit, Failure> {
        // The page of `uiq help` would repeat that of uiq.
        let mut root = root.disable_help_subcommand(true);
        root.build();
        if let Some(folder) = &self.dir {
            let cannot = |error: io::Error| {
                Failure::new(Exit::Failed, format!("cannot write the pages to {}", folder.display())).caused_by(&error)
            };
            std::fs::create_dir_all(folder).map_err(cannot)?;
            let pages = write_all(&root, folder).map_err(cannot)?;
            context.ui.say(&format!("{pages} pages written to {}", folder.display()));
            return Ok(Exit::Done);
        }
        let mut command = &root;
        for name in &self.command {
            command = command.find_subcommand(name).ok_or_else(|| {
                Failure::new(Exit::Usage, format!("there is no command `{name}`")).hint("`uiq --help` lists them")
            })?;
        }
        let page =
            page(command).map_err(|error| Failure::new(Exit::Failed, "cannot make the page").caused_by(&error))?;
        context.print(String::from_utf8_lossy(&page).trim_end())?;
        Ok(Exit::Done)
    }
}

/// Writes the page of a command and those of the commands below it; gives their number.
fn write_all(command: &Command, folder: &Path) -> io::Result<usize> {
    std::fs::write(folder.join(Man::new(command.clone()).get_filename()), page(command)?)?;
    let below = command.get_subcommands().filter(|below| !below.is_hide_set());
    below.map(|below| write_all(below, folder)).sum::<io::Result<usize>>().map(|pages| pages + 1)
}

/// The page of a command. It bears no date: the program's version says more, and the same source gives the same page.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_uppercase();
    writeln!(
        page,
        ".TH \"{}\" 1 \"\" \"uiq {}\" \"User Commands\"",
        name.replace('-', "\\-"),
        env!("CARGO_PKG_VERSION")
    )?;
    man.render_name_section(&mut page)?;
    synopsis(command).to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(notes) = command.get_after_long_help().or_else(|| command.get_after_help()) {
        notes_section(&notes.to_string()).to_writer(&mut page)?;
    }
    Ok(page)
}

/// The usage as the help has it. The library's own lists every option without its value.
fn synopsis(command: &Command) -> Roff {
    let usage = command.clone().render_usage().to_string();
    let mut section = Roff::new();
    section.control("SH", ["SYNOPSIS"]);
    section.control("nf", []);
    for line in usage.trim_start_matches("Usage:").lines() {
        section.text([roman(line.trim())]);
    }
    section.control("fi", []);
    section
}

/// What stands below the help. Examples and tables, whose lines are indented, keep their lines; prose is filled.
fn notes_section(notes: &str) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["NOTES"]);
    for block in notes.split("\n\n") {
        let is_prose = block.lines().all(|line| !line.starts_with(' '));
        section.control("PP", []);
        section.control(if is_prose { "fi" } else { "nf" }, []);
        for line in block.lines() {
            section.text([roman(line)]);
        }
    }
    section.control("fi", []);
    section
}
