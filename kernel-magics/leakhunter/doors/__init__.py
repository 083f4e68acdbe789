"""How answers leave and wishes enter: magics, text, JSON, the wire to the front end."""
