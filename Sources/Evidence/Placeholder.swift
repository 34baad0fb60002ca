package enum EvidencePlaceholder {}
