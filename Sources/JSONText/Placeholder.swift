package enum JSONTextPlaceholder {}
