-- Notices by telephone that wait for what comes of their call (R15): few at any time, among many that were sent.
CREATE INDEX notice_delivery_called ON notice_delivery (id) WHERE channel = 'phone' AND state = 'sent';
