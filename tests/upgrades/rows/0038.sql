insert into locked_board values ('\x45', 1, 1, '2026-03-02 09:00Z', null);
