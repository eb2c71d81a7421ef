package ilbc

// An Encoder holds the state of one stream. It belongs to one goroutine.
type Encoder struct{ m Mode }

// NewEncoder makes an encoder.
func NewEncoder(m Mode) *Encoder { return &Encoder{m: m} }

// Encode appends the frame of Mode.Samples samples to dst.
func (e *Encoder) Encode(dst []byte, pcm []int16) []byte { return dst }
