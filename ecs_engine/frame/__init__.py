"""The frame: one finished tick as plain arrays, and the exchange that hands it from the logic to the context thread."""
