DROP TABLE former_email;
DROP TABLE hash_key;
