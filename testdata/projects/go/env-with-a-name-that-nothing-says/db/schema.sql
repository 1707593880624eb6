create table tickets (id int);
