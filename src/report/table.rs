//! The numbers of a section. Groups of few people are hidden, so that they identify nobody.

use serde::Serialize;

use crate::output::thousands;

/// Groups of fewer people than this are hidden.
pub const FEW: u64 = 5;

/// A value of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number of people, which is hidden if it is small.
    People(u64),
    /// A number of something else.
    Number(u64),
    /// A percentage; `None` of nothing.
    Percent(Option<f64>),
    /// A length in days; `None` if there is none.
    Days(Option<f64>),
    /// From one to four people.
    #[serde(serialize_with = "few")]
    Few,
    /// A number that would give away a small one.
    #[serde(serialize_with = "hidden")]
    Hidden,
    /// Nothing.
    Empty,
}

fn few<S: serde::Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("<5")
}

fn hidden<S: serde::Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("hidden")
}

impl Cell {
    /// As people read it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::People(n) | Self::Number(n) => thousands(*n),
            Self::Percent(percent) => percent.map(|percent| format!("{percent} %")).unwrap_or_default(),
            Self::Days(days) => days.map(|days| format!("{days} d")).unwrap_or_default(),
            Self::Few => "<5".to_owned(),
            Self::Hidden => "hidden".to_owned(),
            Self::Empty => String::new(),
        }
    }

    /// As programs read it.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::People(n) | Self::Number(n) => n.to_string(),
            Self::Percent(value) | Self::Days(value) => value.map(|value| value.to_string()).unwrap_or_default(),
            other => other.shown(),
        }
    }

    /// Whether it is aligned to the right.
    pub(super) const fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_) | Self::Empty)
    }

    const fn is_few(&self) -> bool {
        matches!(self, Self::People(1..FEW))
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in data.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Whether it identifies the row.
    pub is_key: bool,
    /// What else gives its numbers away.
    pub secrecy: Secrecy,
}

/// What gives the numbers of a column away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Nothing else.
    Alone,
    /// Their sum, which is known: with one hidden number, the next smallest is hidden, too.
    Parts,
    /// They follow from another column, by its place: where that is hidden, they are.
    Follows(usize),
    /// They are the differences of the numbers of another column from row to row.
    DropFrom(usize),
}

impl Column {
    /// A column that identifies the row.
    #[must_use]
    pub const fn key(name: &'static str, title: &'static str) -> Self {
        Self { name, title, is_key: true, secrecy: Secrecy::Alone }
    }

    /// A column whose numbers nothing else gives away.
    #[must_use]
    pub const fn new(name: &'static str, title: &'static str) -> Self {
        Self { name, title, is_key: false, secrecy: Secrecy::Alone }
    }

    /// The same, with what else gives its numbers away.
    #[must_use]
    pub const fn told_by(self, secrecy: Secrecy) -> Self {
        Self { secrecy, ..self }
    }
}

/// Rows of cells.
#[derive(Debug, Clone)]
pub struct DataTable {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl DataTable {
    /// Whether a column has numbers.
    #[must_use]
    pub fn is_number(&self, column: usize) -> bool {
        self.rows.iter().any(|row| row.get(column).is_some_and(Cell::is_number))
    }

    /// Hides the numbers of few people, and those that would give them away.
    pub fn hide_small(&mut self) {
        for (column, secrecy) in self.columns.iter().map(|column| column.secrecy).enumerate() {
            let few: Vec<usize> = (0..self.rows.len()).filter(|row| self.rows[*row][column].is_few()).collect();
            if let Secrecy::DropFrom(users) = secrecy {
                for row in &few {
                    self.rows[*row][users] = Cell::Hidden;
                    if let Some(next) = self.rows.get_mut(row + 1) {
                        next[column] = Cell::Hidden;
                    }
                }
            }
            if let (Secrecy::Parts, [only]) = (secrecy, few.as_slice()) {
                let others = (0..self.rows.len()).filter(|row| row != only);
                let size = |row: usize| match self.rows[row][column] {
                    Cell::People(n) if n > 0 => Some(n),
                    _ => None,
                };
                if let Some(next) = others.filter(|row| size(*row).is_some()).min_by_key(|row| size(*row)) {
                    self.rows[next][column] = Cell::Hidden;
                }
            }
            for row in few {
                self.rows[row][column] = Cell::Few;
            }
        }
        for (column, secrecy) in self.columns.iter().map(|column| column.secrecy).enumerate() {
            let Secrecy::Follows(other) = secrecy else { continue };
            for row in &mut self.rows {
                if matches!(row[other], Cell::Few | Cell::Hidden) && row[column] != Cell::Empty {
                    row[column] = Cell::Hidden;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(secrecy: Secrecy, counts: &[u64]) -> Vec<String> {
        let columns = vec![Column::new("n", "N").told_by(secrecy), Column::new("p", "P").told_by(Secrecy::Follows(0))];
        let rows = counts.iter().map(|n| vec![Cell::People(*n), Cell::Percent(Some(1.0))]).collect();
        let mut table = DataTable { columns, rows };
        table.hide_small();
        table.rows.iter().map(|row| format!("{} {}", row[0].shown(), row[1].shown())).collect()
    }

    #[test]
    fn small_groups_are_hidden_and_what_would_tell_them() {
        assert_eq!(hidden(Secrecy::Alone, &[0, 4, 5]), ["0 1 %", "<5 hidden", "5 1 %"]);
        assert_eq!(hidden(Secrecy::Parts, &[90, 3, 20, 0]), ["90 1 %", "<5 hidden", "hidden hidden", "0 1 %"]);
        assert_eq!(hidden(Secrecy::Parts, &[90, 3, 2]), ["90 1 %", "<5 hidden", "<5 hidden"]);
        assert_eq!(hidden(Secrecy::Parts, &[90, 30]), ["90 1 %", "30 1 %"]);
    }

    #[test]
    fn a_difference_is_hidden_with_the_number_that_tells_it() {
        let columns =
            vec![Column::new("users", "Users"), Column::new("dropped", "Dropped").told_by(Secrecy::DropFrom(0))];
        let rows = vec![
            vec![Cell::People(320), Cell::Empty],
            vec![Cell::People(317), Cell::People(3)],
            vec![Cell::People(200), Cell::People(117)],
        ];
        let mut table = DataTable { columns, rows };
        table.hide_small();
        let shown: Vec<String> = table.rows.iter().map(|row| row[0].shown() + "/" + &row[1].shown()).collect();
        // The next difference would disclose it, too.
        assert_eq!(shown, ["320/", "hidden/<5", "200/hidden"]);
    }
}
