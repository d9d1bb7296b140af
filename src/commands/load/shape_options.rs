//! The shape as the journal keeps it, and as a mapping file says it.

use std::collections::BTreeMap;
use std::str::FromStr;

use clap::ValueEnum;

use super::shape::{CommitChoice, DecimalChoice, FormatChoice, HeadersChoice, Shape, TypesChoice};
use crate::profile::RowMapping;

impl Shape {
    /// The options that are not as they are by default, by flag: for the journal, and for resuming. A list is a JSON array.
    pub fn options(&self) -> BTreeMap<String, String> {
        let commit = (self.commit != CommitChoice::default()).then_some(self.commit);
        let yes = |flag: bool| flag.then(|| String::from("yes"));
        let texts = [
            ("--format", self.format.and_then(name)),
            ("--delimiter", self.delimiter.map(|delimiter| delimiter.to_string())),
            ("--encoding", self.encoding.map(|encoding| encoding.name().to_ascii_lowercase())),
            ("--sheet", self.sheet.clone()),
            ("--headers", self.headers.filter(|headers| *headers != HeadersChoice::default()).and_then(name)),
            ("--map", list(&self.map)),
            ("--only", list(&self.only)),
            ("--except", list(&self.except)),
            ("--set", list(&self.set)),
            ("--reference-from", self.reference_from.clone()),
            ("--types", self.types.and_then(name)),
            ("--decimal", self.decimal.and_then(name)),
            ("--priority", self.priority.clone()),
            ("--due", self.due.clone()),
            ("--defer", self.defer.clone()),
            ("--risk-sla", self.risk_sla.clone()),
            ("--timezone", self.timezone.clone()),
            ("--skip-invalid", yes(self.skip_invalid)),
            ("--commit", commit.and_then(name)),
            ("--atomic", yes(self.atomic)),
        ];
        texts.into_iter().filter_map(|(flag, text)| Some((flag.to_owned(), text?))).collect()
    }

    /// What [`Shape::options`] wrote, read back; none where another version wrote it.
    pub fn from_options(options: &BTreeMap<String, String>) -> Option<Self> {
        let text = |flag: &str| options.get(flag).cloned();
        let list = |flag: &str| match options.get(flag) {
            Some(text) => serde_json::from_str(text).ok(),
            None => Some(Vec::new()),
        };
        Some(Self {
            format: choice(options.get("--format"))?,
            delimiter: parsed(options.get("--delimiter"))?,
            encoding: parsed(options.get("--encoding"))?,
            sheet: text("--sheet"),
            headers: choice(options.get("--headers"))?,
            map: list("--map")?,
            only: list("--only")?,
            except: list("--except")?,
            set: list("--set")?,
            reference_from: text("--reference-from"),
            types: choice(options.get("--types"))?,
            decimal: choice(options.get("--decimal"))?,
            mapping: None,
            priority: text("--priority"),
            due: text("--due"),
            defer: text("--defer"),
            risk_sla: text("--risk-sla"),
            timezone: text("--timezone"),
            skip_invalid: options.contains_key("--skip-invalid"),
            commit: choice(options.get("--commit"))?.unwrap_or_default(),
            atomic: options.contains_key("--atomic"),
        })
    }

    /// Takes from a mapping what was not typed. Columns and keys that flags name stay as the flags say; the name of the first word
    /// that is none comes back as the error.
    pub fn fill_from(&mut self, mapping: &RowMapping) -> Result<(), &'static str> {
        fill_choice::<FormatChoice>(&mut self.format, mapping.format.as_ref()).ok_or("format")?;
        fill_parsed(&mut self.delimiter, mapping.delimiter.as_ref()).ok_or("delimiter")?;
        fill_parsed(&mut self.encoding, mapping.encoding.as_ref()).ok_or("encoding")?;
        fill_choice::<HeadersChoice>(&mut self.headers, mapping.headers.as_ref()).ok_or("headers")?;
        fill_choice::<TypesChoice>(&mut self.types, mapping.types.as_ref()).ok_or("types")?;
        fill_choice::<DecimalChoice>(&mut self.decimal, mapping.decimal.as_ref()).ok_or("decimal")?;
        for (own, theirs) in [
            (&mut self.sheet, &mapping.sheet),
            (&mut self.reference_from, &mapping.reference_from),
            (&mut self.priority, &mapping.priority),
            (&mut self.due, &mapping.due),
            (&mut self.defer, &mapping.defer),
            (&mut self.risk_sla, &mapping.risk_sla),
            (&mut self.timezone, &mapping.timezone),
        ] {
            if own.is_none() {
                own.clone_from(theirs);
            }
        }
        for (own, theirs) in [(&mut self.only, &mapping.only), (&mut self.except, &mapping.except)] {
            if own.is_empty() {
                own.clone_from(theirs);
            }
        }
        let before = |text: &str| text.split_once('=').map(|(name, _)| name.trim_end_matches(':').to_owned());
        for (column, target) in &mapping.map {
            if !self.map.iter().any(|typed| before(typed).as_ref() == Some(column)) {
                self.map.push(format!("{column}={target}"));
            }
        }
        for assignment in &mapping.set {
            if !self.set.iter().any(|typed| before(typed) == before(assignment)) {
                self.set.push(assignment.clone());
            }
        }
        Ok(())
    }
}

#[allow(clippy::needless_pass_by_value)] // so that it can be named where an option is mapped
fn name(choice: impl ValueEnum) -> Option<String> {
    choice.to_possible_value().map(|value| value.get_name().to_owned())
}

fn list(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| serde_json::json!(texts).to_string())
}

/// The outer option is none where the text is no such choice.
#[allow(clippy::option_option)] // the two mean different things here, and an error type would only be thrown away
fn choice<T: ValueEnum>(text: Option<&String>) -> Option<Option<T>> {
    text.map(|text| T::from_str(text, true)).transpose().ok()
}

#[allow(clippy::option_option)]
fn parsed<T: FromStr>(text: Option<&String>) -> Option<Option<T>> {
    text.map(|text| text.parse()).transpose().ok()
}

fn fill_choice<T: ValueEnum>(own: &mut Option<T>, text: Option<&String>) -> Option<()> {
    let theirs = choice(text)?;
    *own = own.take().or(theirs);
    Some(())
}

fn fill_parsed<T: FromStr>(own: &mut Option<T>, text: Option<&String>) -> Option<()> {
    let theirs = parsed(text)?;
    *own = own.take().or(theirs);
    Some(())
}

#[cfg(test)]
mod tests {
    use clap::{Command, FromArgMatches};

    use super::*;

    fn typed(arguments: &[&str]) -> Shape {
        // The flags that `--atomic` excludes belong to the pace, and are not here.
        let command = <Shape as clap::Args>::augment_args(Command::new("load"));
        let command = command.mut_arg("atomic", |arg| arg);
        let command = ["batch_size", "jobs", "rate"]
            .into_iter()
            .fold(command, |command, id| command.arg(clap::Arg::new(id).long(id)));
        let matches = command.try_get_matches_from(std::iter::once(&"load").chain(arguments)).unwrap();
        Shape::from_arg_matches(&matches).unwrap()
    }

    const ALL: [&str; 36] = [
        "--format",
        "tsv",
        "--delimiter",
        "tab",
        "--encoding",
        "UTF-16LE",
        "--sheet",
        "März",
        "--headers",
        "upload",
        "--map",
        "A=B:number",
        "--map",
        "C=DueDate",
        "--only",
        "A,C",
        "--except",
        "D",
        "--set",
        "K=a=b",
        "--set",
        "N:=1",
        "--reference-from",
        "{A}",
        "--types",
        "auto",
        "--decimal",
        ",",
        "--priority",
        "low",
        "--due",
        "+2h",
        "--timezone",
        "UTC",
        "--skip-invalid",
        "--commit=all-or-nothing",
    ];

    #[test]
    fn what_the_journal_keeps_comes_back_the_same() {
        let shape = typed(&ALL);
        assert_eq!(Shape::from_options(&shape.options()), Some(shape.clone()));
        assert_eq!(shape.options().len(), 17);
        assert_eq!(typed(&[]).options(), BTreeMap::new());
        let unknown = BTreeMap::from([(String::from("--types"), String::from("guess"))]);
        assert_eq!(Shape::from_options(&unknown), None);
    }

    #[test]
    fn flags_overrule_the_mapping() {
        let mapping = RowMapping::read(
            "types = \"auto\"\ndecimal = \",\"\nonly = [\"X\"]\nset = [\"K=file\", \"L:=2\"]\n[map]\nA = \"FromFile\"\nZ = \"Zed\"\n",
        );
        let mut shape = typed(&["--types", "string", "--map", "A=B", "--set", "K=flag", "--only", "A"]);
        shape.fill_from(&mapping.unwrap()).unwrap();
        assert_eq!((shape.types, shape.decimal), (Some(TypesChoice::String), Some(DecimalChoice::Comma)));
        assert_eq!(
            (shape.map, shape.set, shape.only),
            (vec!["A=B".into(), "Z=Zed".into()], vec!["K=flag".into(), "L:=2".into()], vec![String::from("A")])
        );
        let wrong = RowMapping { types: Some("guess".into()), ..RowMapping::default() };
        assert_eq!(typed(&[]).fill_from(&wrong), Err("types"));
    }
}
