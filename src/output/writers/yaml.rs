//! YAML: one sequence of all records, or one record.

use std::io::Write;

use serde_saphyr::SerializerOptions;
use serde_transcode::Transcoder;

use super::json::json_text;
use super::{Record, Settings, Writer};
use crate::output::visible;

/// Writes one sequence, an element a record.
pub struct YamlWriter<'o> {
    out: &'o mut (dyn Write + 'o),
    terminal: bool,
    columns: Option<Vec<&'static str>>,
    is_empty: bool,
}

impl<'o> YamlWriter<'o> {
    pub(in crate::output) fn new(out: &'o mut (dyn Write + 'o), settings: Settings) -> Self {
        Self { out, terminal: settings.style.terminal, columns: settings.chosen(), is_empty: true }
    }

    /// Writes a JSON text as YAML.
    fn write(&mut self, json: &str) -> anyhow::Result<()> {
        let text = yaml_text(json)?;
        for line in text.lines() {
            writeln!(self.out, "{}", if self.terminal { visible(line) } else { line.into() })?;
        }
        Ok(())
    }
}

impl<R: Record> Writer<R> for YamlWriter<'_> {
    fn row(&mut self, record: &R) -> anyhow::Result<()> {
        self.is_empty = false;
        let json = json_text(record, self.columns.as_deref())?;
        self.write(&format!("[{json}]"))
    }

    fn end(&mut self) -> anyhow::Result<Vec<&'static str>> {
        if self.is_empty {
            self.out.write_all(b"[]\n")?;
        }
        Ok(Vec::new())
    }

    fn only(&mut self, record: &R) -> anyhow::Result<()> {
        let json = json_text(record, self.columns.as_deref())?;
        self.write(&json)
    }
}

/// A JSON text as YAML, with its members in their order; a text of several lines stays on one.
fn yaml_text(json: &str) -> anyhow::Result<String> {
    let mut options = SerializerOptions::default();
    options.prefer_block_scalars = false;
    // Readers of YAML 1.1 take more texts for something else than are known here.
    options.quote_all = true;
    let mut json = serde_json::Deserializer::from_str(json);
    Ok(serde_saphyr::to_string_with_options(&Transcoder::new(&mut json), options)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_order_and_their_types() {
        let yaml = yaml_text(r#"[{"b":"no","a":{"x":[1,"2\n3"]},"c":null,"d":"- x"}]"#).unwrap();
        assert_eq!(yaml, "- b: 'no'\n  a:\n    x:\n    - 1\n    - \"2\\n3\"\n  c: null\n  d: '- x'\n");
    }
}
