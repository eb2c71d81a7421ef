package proto

// What is laid out in the worker, sound, and Skype's own files on the shelf: the messages that
// voice and those files brought. Request and Reply stand in messages.go.

// MediaAsk asks for all about a stream of voice, counted from 1, as a Sheet whose drawings are
// so many CSS pixels wide.
type MediaAsk struct{ Stream, Width uint32 }

// CurveAsk asks for the curve of the naive Bayes classifier over a flow, counted from 1. It is
// answered by a Sheet.
type CurveAsk struct{ Flow, Width uint32 }

// CodecAsk says which codec a stream, counted from 1, is to be read with; "" takes it back. It
// is answered by the Sheet of the stream.
type CodecAsk struct {
	Stream uint32
	Codec  string // name: "ilbc30"
	Width  uint32
}

// ListenAsk starts the decoding of a stream, counted from 1: its sound comes in Sound replies
// with ID 0 as it is made, between other work. Stream 0 ends the one that is going on.
type ListenAsk struct{ Stream uint32 }

// PieceAsk asks for the tree of a piece, counted from 1, of one of Skype's own files.
type PieceAsk struct {
	File, Piece uint32
	Bare        bool // private values and their bytes are in it, not taken out
}

// ProfileAsk asks for all that Skype's own files on the shelf say, together and held against the
// capture, as a Sheet.
type ProfileAsk struct {
	Width uint32 // CSS pixels of its drawings
	Bare  bool   // private values are shown, not starred out
}

// Shut takes one of Skype's own files off the shelf. It is answered by a Shelf, in which those
// after it have moved up.
type Shut struct{ File uint32 }

// A Shelf is what there is of Skype's own files. It comes with ID 0 whenever that changes.
type Shelf struct{ Files []LocalFile }

// A LocalFile is one of Skype's own files.
type LocalFile struct {
	Name    string // as the user knows it
	Kind    string // "config.xml", "shared.xml", ".dbb": by its content
	Title   string // one line: what it is and of whom
	Size    int64
	Hash    string   // fingerprint, as of a capture
	Pieces  uint32   // rows of the table
	Buddies uint32   // people in it
	Nodes   uint32   // addresses in its host cache
	Problem *Problem // why it could not be read to its end, or nil
}

// A Sheet is a page of words, tables and drawings that the engine has laid out, so that the
// page need not know what it is about: of a stream of voice, of a classifier's belief.
type Sheet struct {
	Stream uint32 // that it is about, from 1; 0: it is about a flow
	Flow   uint32 // that it belongs to, from 1; 0 for none
	Title  string // one line
	Lead   string // one sentence below it
	Parts  []Part
	Done   bool // the second look will change nothing of it any more
}

// Kinds of a Part.
const (
	PartHead   uint8 = iota // Text is a heading
	PartText                // Text is a paragraph
	PartDim                 // Text is a paragraph of lesser weight: a note, a caveat
	PartFault               // Text says what is wrong
	PartTable               // Cols, Cells; Text is its caption
	PartDraw                // Draw; Text is what it shows, in a sentence
	PartTools               // Tools: buttons in a row
	PartChoice              // Tools: one of them is chosen, On; Text is the label of the list
	PartFold                // Text names what follows up to the next PartHead or PartFold: it is folded away at first
)

// A Part is a piece of a Sheet.
type Part struct {
	Kind  uint8
	Text  string
	Cites []Cite
	Cols  []string
	Cells []Cell // row by row, each of len(Cols)
	Sort  bool   // the table can be sorted by its columns, filtered, and saved as CSV
	Name  string // of the CSV file: "nodes"
	Draw  *Drawing
	Tools []Tool
	On    uint32 // of Tools, from 0: the one that is chosen
}

// A Cell is a cell of a table.
type Cell struct {
	Text string
	Do   string // what a click does (see Tool), or ""
	Num  bool   // a number: aligned to the right
	Bar  uint32 // permille of the cell to be filled behind the text; 0 for none
	Key  string // what the cell is sorted by, as text; "": its Text
	Mark uint8  // 0 none, 1 good, 2 bad, 3 unsure: drawn with a sign and a colour
}

// A Tool is something to be clicked. Do is a word and what it is about:
//
//	packet:214  flow:3  stream:2  sample:ilbc   go there (from 1)
//	listen:2                                    play a stream
//	codec:2:ilbc30                              read a stream as that codec; codec:2: takes it back
//	piece:1:17                                  go to a piece of one of Skype's own files
//	piece:1:17:skype.file.port~14               and there to the 15th field of that name
//	shut:1                                      take that file off the shelf
//	bare:1  bare:0                              show private values, or star them out
type Tool struct{ Text, Do string }

// A Drawing is a picture in CSS pixels. What it shows stands in words or in a table beside it.
type Drawing struct {
	Name   string // for those who cannot see it
	W, H   float32
	Shapes []Shape
}

// Kinds of a Shape.
const (
	ShapeLine uint8 = iota // from Points[0], [1] to [2], [3]
	ShapePath              // a line through Points, x and y in turn
	ShapeArea              // the same, closed and filled
	ShapeRect              // Points: x, y, width, height
	ShapeText              // Text at Points[0], [1]
	ShapeDot               // Points: x, y, radius
)

// A Shape is a part of a Drawing.
type Shape struct {
	Kind   uint8
	Class  string // what it is: "axis", "axis-text", "axis-text end", "band", "curve a", "curve b", "limit", "lost", "segment hold" ...
	Points []float32
	Text   string // of ShapeText; of others, a title that shows under the pointer, or ""
	Do     string // what a click does (see Tool), or ""
}

// A Sound is a piece of the samples of a stream, in order.
type Sound struct {
	Stream   uint32 // from 1
	Rate     uint32 // samples a second a channel, Hz
	Channels uint32 // 1 or 2, interleaved
	From     uint32 // sample of a channel at which it begins, from 0
	PCM      []byte // 16 bits, low byte first
	Marks    []Mark
	Total    uint32 // samples a channel that there will be, as far as is known
	Done     bool   // the last piece
	Note     string // with Done: what was left out or could not be decoded, or ""
	Title    string // of the stream: "iLBC, 30 ms · 192.0.2.10:6000 → 198.51.100.7:7078"
}

// A Mark says what begins at a sample.
type Mark struct {
	At     uint32 // sample of a channel, from 0
	Packet uint32 // whose payload begins there, from 1; 0: packets are missing
	Len    uint32 // samples
}
