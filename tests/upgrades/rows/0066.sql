update total set stated = '2026-03-05 08:59Z';
