DROP TRIGGER champion_steps ON champion;
DROP TRIGGER champion_withdrawals ON champion;
DROP FUNCTION rollbook_guard_champion();
