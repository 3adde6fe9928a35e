//! What a file says of a champion record.

use super::column::{Column, ColumnRole, read, said};
use super::{Champion, Stage, check_email, check_prose, valid_file_id, valid_file_key};
use crate::db::types::Timestamp;

/// What is said of a champion record; what is not said is `None` and neither compared nor changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChampionInput {
    /// The id, to set or to find the user by.
    pub id: Option<String>,
    /// Whose journey, by id.
    pub user_id: Option<String>,
    /// Whose journey, by email, with its ASCII letters in lower case.
    pub user_email: Option<String>,
    /// In which cohort; `None` for a global record.
    pub cohort_id: Option<String>,
    /// The current stage.
    pub stage: Option<Stage>,
    /// What people wrote about it.
    pub notes: Option<String>,
    /// When the record left stage candidate.
    pub selected_at: Option<Timestamp>,
    /// When it entered stage champion.
    pub became_champion_at: Option<Timestamp>,
    /// When the nomination was recorded.
    pub created_at: Option<Timestamp>,
}

/// The columns of a champion record. The cohort is part of what the record is: a row without one is a global record.
pub const CHAMPION_COLUMNS: [Column<Champion, ChampionInput>; 9] = [
    Column {
        name: "id",
        role: ColumnRole::Exact,
        cell: |record| Some(record.id.clone()),
        given: |input| said(input.id.as_ref()),
        clear: None,
        read: |input, cell, _| read(&mut input.id, cell, |id| valid_file_key(id).map(ToOwned::to_owned)),
    },
    Column {
        name: "user_id",
        role: ColumnRole::Exact,
        cell: |record| Some(record.user_id.clone()),
        given: |input| said(input.user_id.as_ref()),
        clear: None,
        read: |input, cell, _| read(&mut input.user_id, cell, |id| valid_file_id(id).map(ToOwned::to_owned)),
    },
    Column {
        name: "user_email",
        role: ColumnRole::Lookup,
        cell: |_| None,
        given: |_| None,
        clear: None,
        read: |input, cell, _| {
            read(&mut input.user_email, cell, |email| check_email(email).map(|email| email.to_ascii_lowercase()))
        },
    },
    Column {
        name: "cohort_id",
        role: ColumnRole::Exact,
        cell: |record| record.cohort_id.clone(),
        given: |input| Some(input.cohort_id.clone()),
        clear: None,
        read: |input, cell, _| read(&mut input.cohort_id, cell, |id| valid_file_key(id).map(ToOwned::to_owned)),
    },
    Column {
        name: "stage",
        role: ColumnRole::Exact,
        cell: |record| Some(record.stage.to_string()),
        given: |input| said(input.stage.as_ref()),
        clear: None,
        read: |input, cell, _| read(&mut input.stage, cell, str::parse),
    },
    Column {
        name: "notes",
        role: ColumnRole::Exact,
        cell: |record| record.notes.clone(),
        given: |input| input.notes.as_ref().map(|notes| Some(notes.clone()).filter(|notes| !notes.is_empty())),
        clear: Some(|input| input.notes = Some(String::new())),
        // Notes are kept as they are, blanks included.
        read: |input, cell, _| read(&mut input.notes, cell, |_| check_prose(cell)),
    },
    Column {
        name: "selected_at",
        role: ColumnRole::Exact,
        cell: |record| record.selected_at.map(|time| time.to_string()),
        given: |input| said(input.selected_at.as_ref()),
        clear: None,
        read: |input, cell, times| read(&mut input.selected_at, cell, |cell| times.read(cell)),
    },
    Column {
        name: "became_champion_at",
        role: ColumnRole::Exact,
        cell: |record| record.became_champion_at.map(|time| time.to_string()),
        given: |input| said(input.became_champion_at.as_ref()),
        clear: None,
        read: |input, cell, times| read(&mut input.became_champion_at, cell, |cell| times.read(cell)),
    },
    Column {
        name: "created_at",
        role: ColumnRole::Exact,
        cell: |record| Some(record.created_at.to_string()),
        given: |input| said(input.created_at.as_ref()),
        clear: None,
        read: |input, cell, times| read(&mut input.created_at, cell, |cell| times.read(cell)),
    },
];
