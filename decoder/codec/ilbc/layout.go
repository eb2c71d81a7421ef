package ilbc

import "sync"

// A frame is not a row of fields. Each parameter gives its most significant bits to class 1,
// the next to class 2 and the rest to class 3, and the frame holds all of class 1 first:
//
//	20 ms   bytes 0-5 class 1 | bytes 6-13 class 2 | bytes 14-37 class 3, last bit: empty
//	30 ms   bytes 0-7 class 1 | bytes 8-19 class 2 | bytes 20-49 class 3, last bit: empty
//
// so that a transport may protect the bits that hurt most when they are wrong. Within a class
// the parameters stand in the order of Params, each number with its high bits first.
// (RFC 3951 §3.8, table 3.2)

// A Kind says what a parameter is.
type Kind uint8

const (
	LSF        Kind = iota // part of a spectrum: Block is the spectrum, Stage the part
	Start                  // which pair of sub-blocks holds the start state
	Position               // whether the start state's samples come first or last in them
	Scale                  // largest amplitude of the start state
	State                  // a sample of the start state: Stage is its number
	ExtraIndex             // codebook vector of the samples beside the start state
	ExtraGain              // its gain
	Index                  // codebook vector of sub-block Block
	Gain                   // its gain
	Empty                  // the last bit: the frame holds nothing
)

// A Param is one parameter of a frame. Block and Stage count from 1.
type Param struct {
	Kind  Kind
	Block int
	Stage int
	Class [3]int // bits in each class
	At    [3]int // where they begin, in bits from the start of the frame
}

// Bits is how many bits a parameter has.
func (p *Param) Bits() int { return p.Class[0] + p.Class[1] + p.Class[2] }

// Get reads the parameter from a frame of the right length.
func (p *Param) Get(frame []byte) int {
	v := 0
	for c, at := range p.At {
		for i := at; i < at+p.Class[c]; i++ {
			v = v<<1 | int(frame[i>>3]>>(7-i&7)&1)
		}
	}
	return v
}

// Put writes the parameter to a frame whose bits for it are 0.
func (p *Param) Put(frame []byte, v int) {
	left := p.Bits()
	for c, at := range p.At {
		for i := at; i < at+p.Class[c]; i++ {
			left--
			frame[i>>3] |= byte(v>>left&1) << (7 - i&7)
		}
	}
}

// Params lists the parameters of a frame in the order in which each class holds them. The
// slice is shared: do not write to it.
func (m Mode) Params() []Param {
	if m == Mode30 {
		return params30()
	}
	return params20()
}

// ClassBytes is the byte of the frame after the last one of a class, 1 to 3.
func (m Mode) ClassBytes(class int) int {
	if m == Mode30 {
		return [...]int{0, 8, 20, 50}[class]
	}
	return [...]int{0, 6, 14, 38}[class]
}

var (
	params20 = sync.OnceValue(func() []Param { return lay(Mode20) })
	params30 = sync.OnceValue(func() []Param { return lay(Mode30) })
)

// classes is how the bits of a parameter are shared among the classes.
type classes = [3]int

// The columns of table 3.2, without what is the same in both.
type columns struct {
	lsf                   [3]classes
	start                 classes
	extraIndex, extraGain [stages]classes
	index, gain           [][stages]classes
}

var columns20 = columns{
	lsf:        [3]classes{{6}, {7}, {7}},
	start:      classes{2},
	extraIndex: [3]classes{{6, 0, 1}, {0, 0, 7}, {0, 0, 7}},
	extraGain:  [3]classes{{2, 0, 3}, {1, 1, 2}, {0, 0, 3}},
	index: [][3]classes{
		{{7, 0, 1}, {0, 0, 7}, {0, 0, 7}},
		{{0, 0, 8}, {0, 0, 8}, {0, 0, 8}},
	},
	gain: [][3]classes{
		{{1, 2, 2}, {1, 1, 2}, {0, 0, 3}},
		{{1, 1, 3}, {0, 2, 2}, {0, 0, 3}},
	},
}

var columns30 = columns{
	lsf:        [3]classes{{6}, {7}, {7}},
	start:      classes{3},
	extraIndex: [3]classes{{4, 2, 1}, {0, 0, 7}, {0, 0, 7}},
	extraGain:  [3]classes{{1, 1, 3}, {1, 1, 2}, {0, 0, 3}},
	index: [][3]classes{
		{{6, 1, 1}, {0, 0, 7}, {0, 0, 7}},
		{{0, 7, 1}, {0, 0, 8}, {0, 0, 8}},
		{{0, 7, 1}, {0, 0, 8}, {0, 0, 8}},
		{{0, 7, 1}, {0, 0, 8}, {0, 0, 8}},
	},
	gain: [][3]classes{
		{{1, 2, 2}, {1, 2, 1}, {0, 0, 3}},
		{{0, 2, 3}, {0, 2, 2}, {0, 0, 3}},
		{{0, 1, 4}, {0, 1, 3}, {0, 0, 3}},
		{{0, 1, 4}, {0, 1, 3}, {0, 0, 3}},
	},
}

// lay lists the parameters of a mode and finds the place of their bits.
func lay(m Mode) []Param {
	col := &columns20
	if m == Mode30 {
		col = &columns30
	}
	list := make([]Param, 0, 98)
	add := func(k Kind, block, stage int, c classes) {
		list = append(list, Param{Kind: k, Block: block, Stage: stage, Class: c})
	}
	for v := range m.spectra() {
		for part, c := range col.lsf {
			add(LSF, v+1, part+1, c)
		}
	}
	add(Start, 1, 1, col.start)
	add(Position, 1, 1, classes{1})
	add(Scale, 1, 1, classes{6})
	for i := range m.StateSamples() {
		add(State, 1, i+1, classes{0, 1, 2})
	}
	for s, c := range col.extraIndex {
		add(ExtraIndex, 1, s+1, c)
	}
	for s, c := range col.extraGain {
		add(ExtraGain, 1, s+1, c)
	}
	for b, row := range col.index {
		for s, c := range row {
			add(Index, b+1, s+1, c)
		}
	}
	for b, row := range col.gain {
		for s, c := range row {
			add(Gain, b+1, s+1, c)
		}
	}
	add(Empty, 1, 1, classes{0, 0, 1})
	at := 0
	for c := range 3 {
		for i := range list {
			list[i].At[c] = at
			at += list[i].Class[c]
		}
	}
	return list
}

// fields are the parameters of one frame by their meaning, as numbers from the frame.
type fields struct {
	lsf                   [6]int
	start                 int
	first                 int // 1: the start state's samples come first in their sub-blocks
	scale                 int
	state                 [58]int
	extraIndex, extraGain [stages]int
	index, gain           [4][stages]int
	empty                 int
}

// slot is where the number of a parameter is kept.
func (f *fields) slot(p *Param) *int {
	switch p.Kind {
	case LSF:
		return &f.lsf[3*(p.Block-1)+p.Stage-1]
	case Start:
		return &f.start
	case Position:
		return &f.first
	case Scale:
		return &f.scale
	case State:
		return &f.state[p.Stage-1]
	case ExtraIndex:
		return &f.extraIndex[p.Stage-1]
	case ExtraGain:
		return &f.extraGain[p.Stage-1]
	case Index:
		return &f.index[p.Block-1][p.Stage-1]
	case Gain:
		return &f.gain[p.Block-1][p.Stage-1]
	}
	return &f.empty
}

// unpack reads a frame of the right length.
func (f *fields) unpack(m Mode, frame []byte) {
	list := m.Params()
	for i := range list {
		*f.slot(&list[i]) = list[i].Get(frame)
	}
}

// pack appends the frame.
func (f *fields) pack(m Mode, dst []byte) []byte {
	n := len(dst)
	dst = append(dst, make([]byte, m.Bytes())...)
	list := m.Params()
	for i := range list {
		list[i].Put(dst[n:], *f.slot(&list[i]))
	}
	return dst
}
