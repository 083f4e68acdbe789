"""The whole heap without a picture: all objects that the collector knows, counted, and what refers to one."""
