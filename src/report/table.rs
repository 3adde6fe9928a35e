//! The numbers of a section. Groups of few people are hidden, so that they identify nobody.

use std::collections::BTreeSet;

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
    /// Their sum, which is known: so many are hidden that it does not tell the small ones.
    Parts,
    /// As [`Self::Parts`], of the rows with the same text in another column.
    PartsBy(usize),
    /// They follow from other columns, by their places, and tell them: where one of these is hidden, they are.
    Follows(&'static [usize]),
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

    /// Hides the smallest of the other parts of a known sum, as long as the sum of what is hidden tells a small number.
    fn hide_more(&mut self, column: usize, few: &[usize], is_part: impl Fn(&[Cell]) -> bool) {
        let size = |row: &[Cell]| match row[column] {
            Cell::People(n) if n > 0 => Some(n),
            _ => None,
        };
        let count = few.len() as u64;
        let sum_of_few: u64 = few.iter().filter_map(|row| size(&self.rows[*row])).sum();
        let (mut others, mut sum_of_others): (u64, u64) = (0, 0);
        // What is known of one of the small numbers: each is from 1 to 4, each other hidden one at least 5.
        let is_told = |others: u64, sum_of_others: u64| {
            let sum = sum_of_few + sum_of_others;
            let most = (FEW - 1).min(sum.saturating_sub(count - 1 + others * FEW));
            let least = if others > 0 { 1 } else { sum.saturating_sub((FEW - 1) * (count - 1)).max(1) };
            least >= most
        };
        while count > 0 && is_told(others, sum_of_others) {
            let rows = self.rows.iter().enumerate().filter(|(n, row)| is_part(row) && !few.contains(n));
            let Some((next, n)) = rows.filter_map(|(n, row)| Some((n, size(row)?))).min_by_key(|(_, n)| *n) else {
                return;
            };
            self.rows[next][column] = Cell::Hidden;
            others += 1;
            sum_of_others += n;
        }
    }

    /// Hides rows as a whole, whose numbers tell each other: of each text in the column `group` two, or none, where the sum
    /// of a group is known. Nobody can tell which of their numbers are small.
    pub fn hide_rows(&mut self, related: &[usize], group: usize, mut rows: BTreeSet<usize>) {
        let groups: BTreeSet<String> = rows.iter().map(|row| self.rows[*row][group].shown()).collect();
        for name in groups {
            let of_group = || (0..self.rows.len()).filter(|row| self.rows[*row][group].shown() == name);
            let size = |row: &usize| match self.rows[*row][related[0]] {
                Cell::People(n) => n,
                _ => 0,
            };
            if of_group().filter(|row| rows.contains(row)).count() == 1 {
                rows.extend(of_group().filter(|row| !rows.contains(row) && size(row) > 0).min_by_key(size));
            }
        }
        for (row, column) in rows.iter().flat_map(|row| related.iter().map(move |column| (*row, *column))) {
            if matches!(self.rows[row][column], Cell::People(_)) {
                self.rows[row][column] = Cell::Hidden;
            }
        }
    }

    /// Hides the numbers of few people, and those that would give them away.
    pub fn hide_small(&mut self) {
        let secrecies: Vec<Secrecy> = self.columns.iter().map(|column| column.secrecy).collect();
        for (column, secrecy) in secrecies.into_iter().enumerate() {
            let few: Vec<usize> = (0..self.rows.len()).filter(|row| self.rows[*row][column].is_few()).collect();
            if let Secrecy::DropFrom(users) = secrecy {
                for row in &few {
                    self.rows[*row][users] = Cell::Hidden;
                    if let Some(next) = self.rows.get_mut(row + 1) {
                        next[column] = Cell::Hidden;
                    }
                }
            }
            match secrecy {
                Secrecy::Parts => self.hide_more(column, &few, |_| true),
                Secrecy::PartsBy(key) => {
                    let keys: BTreeSet<String> = few.iter().map(|row| self.rows[*row][key].shown()).collect();
                    for name in keys {
                        let is_part = |row: &[Cell]| row[key].shown() == name;
                        let few: Vec<usize> = few.iter().copied().filter(|row| is_part(&self.rows[*row])).collect();
                        self.hide_more(column, &few, is_part);
                    }
                }
                _ => {}
            }
            for row in few {
                self.rows[row][column] = Cell::Few;
            }
        }
        // What was dropped is the difference of two numbers, of which one is hidden.
        for (column, secrecy) in self.columns.iter().map(|column| column.secrecy).enumerate() {
            let Secrecy::DropFrom(users) = secrecy else { continue };
            let is_hidden: Vec<bool> =
                self.rows.iter().map(|row| matches!(row[users], Cell::Few | Cell::Hidden)).collect();
            for (n, row) in self.rows.iter_mut().enumerate() {
                let is_told = is_hidden[n] || n > 0 && is_hidden[n - 1];
                if is_told && matches!(row[column], Cell::People(_)) {
                    row[column] = Cell::Hidden;
                }
            }
        }
        for (column, secrecy) in self.columns.iter().map(|column| column.secrecy).enumerate() {
            let Secrecy::Follows(others) = secrecy else { continue };
            for row in &mut self.rows {
                let is_told = others.iter().any(|other| matches!(row[*other], Cell::Few | Cell::Hidden));
                if is_told && row[column] != Cell::Empty {
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
        let columns =
            vec![Column::new("n", "N").told_by(secrecy), Column::new("p", "P").told_by(Secrecy::Follows(&[0]))];
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
        // The sums of what is hidden tell nothing: 1 + 1, 4 + 4 and 5 + 1 would.
        assert_eq!(hidden(Secrecy::Parts, &[90, 1, 1]), ["hidden hidden", "<5 hidden", "<5 hidden"]);
        assert_eq!(hidden(Secrecy::Parts, &[90, 4, 4]), ["hidden hidden", "<5 hidden", "<5 hidden"]);
        assert_eq!(hidden(Secrecy::Parts, &[90, 7, 5, 1]), ["90 1 %", "hidden hidden", "hidden hidden", "<5 hidden"]);
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
        let mut table = DataTable {
            columns: table.columns,
            rows: vec![vec![Cell::People(40), Cell::Empty], vec![Cell::People(3), Cell::People(37)]],
        };
        table.hide_small();
        assert_eq!((table.rows[1][0].shown(), table.rows[1][1].shown()), ("<5".to_owned(), "hidden".to_owned()));
    }

    #[test]
    fn parts_of_one_sum_hide_each_other_and_what_follows_from_them() {
        let columns = vec![
            Column::key("stage", "Stage"),
            Column::new("entered", "Entered").told_by(Secrecy::PartsBy(0)),
            Column::new("went_on", "Went on"),
            Column::new("share", "Share").told_by(Secrecy::Follows(&[1, 2])),
        ];
        let row = |stage: &str, entered, went_on| {
            vec![Cell::Text(stage.to_owned()), Cell::People(entered), Cell::People(went_on), Cell::Percent(Some(50.0))]
        };
        let rows = vec![row("a", 30, 15), row("a", 3, 0), row("b", 30, 15), row("a", 20, 10)];
        let mut table = DataTable { columns, rows };
        table.hide_small();
        let shown: Vec<String> =
            table.rows.iter().map(|row| row[1..].iter().map(Cell::shown).collect::<Vec<_>>().join(" ")).collect();
        // Of stage a, 20 is hidden with 3; its share would tell it.
        assert_eq!(shown, ["30 15 50 %", "<5 0 hidden", "30 15 50 %", "hidden 10 hidden"]);
    }

    #[test]
    fn no_small_part_follows_from_the_sum() {
        use proptest::prelude::*;
        proptest!(|(counts in prop::collection::vec(0u64..12, 1..6))| {
            let columns = vec![Column::new("n", "N").told_by(Secrecy::Parts)];
            let rows = counts.iter().map(|n| vec![Cell::People(*n)]).collect();
            let mut table = DataTable { columns, rows };
            table.hide_small();
            let known = |row: usize| matches!(table.rows[row][0], Cell::People(_));
            let unknown: Vec<usize> = (0..counts.len()).filter(|row| !known(*row)).collect();
            let sum: u64 = unknown.iter().map(|row| counts[*row]).sum();
            // All that the hidden numbers can be: with everything hidden, nothing more can be done.
            let range = |row: &usize| if table.rows[*row][0] == Cell::Few { 1..FEW } else { FEW..60 };
            let mut ways: Vec<Vec<u64>> = vec![Vec::new()];
            for row in &unknown {
                ways = ways.iter().flat_map(|way| range(row).map(|n| [&way[..], &[n]].concat()))
                    .filter(|way| way.iter().sum::<u64>() <= sum).collect();
            }
            ways.retain(|way| way.iter().sum::<u64>() == sum);
            let is_all = counts.iter().enumerate().all(|(row, n)| *n == 0 || unknown.contains(&row));
            for (n, row) in unknown.iter().enumerate().filter(|(_, row)| table.rows[**row][0] == Cell::Few) {
                let values: BTreeSet<u64> = ways.iter().map(|way| way[n]).collect();
                prop_assert!(is_all || values.len() > 1, "{counts:?}: row {row} can only be {values:?}");
            }
        });
    }
}
