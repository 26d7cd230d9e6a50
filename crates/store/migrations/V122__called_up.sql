-- Which calls are under way is asked every second: an index of the calls alone, told by both words,
-- so that no plan walks everything that was ever sent instead.
DROP INDEX notice_delivery_called;
CREATE INDEX notice_delivery_called ON notice_delivery (channel, state, id) WHERE channel = 'phone' AND state = 'sent';
