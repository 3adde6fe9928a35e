//! Compares events with those of a distributed log. A shard that is asked for the keys of all shards looks up each of them, so
//! that every shard is asked for its own.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Integer, Text};
use foldhash::HashMap;

use super::KeyMatch;
use super::recorded::RecordedColumns;
use crate::log::event_input::EventInput;

/// Rows looked up together: enough keys for each shard to be worth a query.
pub(super) const KEYS: usize = 20_000;

const BY_KEY: &str = "\
    SELECT idempotency_key AS place, \
      concat_ws(chr(31), idempotency_key, id, user_id, coalesce(enrollment_id, ''), action_type, target_type, \
        target_id, coalesce(source_system, ''), coalesce(source_event_id, ''), '') AS text, metadata, occurred_at \
    FROM user_action WHERE idempotency_key = ANY ($1)";

/// The ends of the shards, as hashes of keys.
const ENDS: &str = "\
    SELECT shardmaxvalue::integer AS number FROM pg_catalog.pg_dist_shard \
    WHERE logicalrelid = 'user_action'::regclass ORDER BY 1";

const HASHES: &str = "SELECT worker_hash(key) AS number FROM unnest($1) WITH ORDINALITY AS k (key, n) ORDER BY n";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    number: i32,
}

/// Compares events with those recorded under their keys. Of events with one key, in a file twice, each is compared.
pub(super) fn match_on_nodes(events: &[&EventInput], conn: &mut PgConnection) -> anyhow::Result<Vec<KeyMatch>> {
    let keys: Vec<&str> = events.iter().map(|event| event.key().unwrap_or_default()).collect();
    let mut matches = vec![KeyMatch::New; events.len()];
    for of_shard in by_shard(&keys, conn)? {
        let asked: Vec<&str> = of_shard.iter().map(|i| keys[*i]).collect();
        let found: Vec<RecordedColumns> = sql_query(BY_KEY).bind::<Array<Text>, _>(&asked).load(conn)?;
        let recorded: HashMap<&str, &RecordedColumns> = found.iter().map(|row| (row.place.as_str(), row)).collect();
        for i in of_shard {
            if let Some(row) = recorded.get(keys[i]) {
                matches[i] = row.compare(row.key_and_content().1, events[i]);
            }
        }
    }
    Ok(matches)
}

/// The places of the keys, those of each shard together. A shard that is split or moved meanwhile is found all the same: the
/// server goes by the keys.
fn by_shard(keys: &[&str], conn: &mut PgConnection) -> QueryResult<Vec<Vec<usize>>> {
    let ends: Vec<Number> = sql_query(ENDS).load(conn)?;
    let hashes: Vec<Number> = sql_query(HASHES).bind::<Array<Text>, _>(keys).load(conn)?;
    let mut shards = vec![Vec::new(); ends.len() + 1];
    for (i, hash) in hashes.iter().enumerate() {
        shards[ends.partition_point(|end| end.number < hash.number)].push(i);
    }
    shards.retain(|keys| !keys.is_empty());
    Ok(shards)
}
