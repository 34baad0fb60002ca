package enum MachinePlaceholder {}
