package enum ConductingPlaceholder {}
