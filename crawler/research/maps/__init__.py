"""Maps of the places that articles come from, without tiles or requests of anybody."""
