DROP TRIGGER champion_steps;
DROP TRIGGER champion_withdrawals;
