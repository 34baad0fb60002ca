package enum BacklogPlaceholder {}
