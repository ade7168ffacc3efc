"""The protocol buffers wire format, read column by column."""
