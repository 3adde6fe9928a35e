//! rollbook: an admin console for a learning community.
//!
//! Dependencies point one way: [`commands`] use [`selection`], [`import`], [`models`] and [`output`], which use [`schema`], which
//! uses [`db`]. A command runs its own diesel queries; queries that commands share are methods of the models.

pub mod analytics;
pub mod chart;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod context;
pub mod db;
pub mod editor;
pub mod error;
pub mod feed;
pub mod import;
pub mod interrupt;
pub mod lines;
pub mod log;
pub mod models;
pub mod output;
pub mod report;
pub mod schema;
pub mod selection;
pub mod settings;
pub mod text;
pub mod trace;
