\set n random(1, 10000)
