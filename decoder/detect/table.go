package detect

// Detectors is every emulated detector, in the order of publication.
var Detectors = []*Detector{}
