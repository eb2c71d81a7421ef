package proto

// The bytes of the messages in messages_sheet.go.

func (m *PieceAsk) code(c *coder) {
	num(c, &m.File)
	num(c, &m.Piece)
	c.bool(&m.Bare)
}

func (m *ProfileAsk) code(c *coder) {
	num(c, &m.Width)
	c.bool(&m.Bare)
}

func (m *Shut) code(c *coder) { num(c, &m.File) }

func (m *Shelf) code(c *coder) {
	list(c, &m.Files, func(c *coder, e *LocalFile) { e.code(c) })
}

func (m *LocalFile) code(c *coder) {
	c.str(&m.Name)
	c.str(&m.Kind)
	c.str(&m.Title)
	signed(c, &m.Size)
	c.str(&m.Hash)
	num(c, &m.Pieces)
	num(c, &m.Buddies)
	num(c, &m.Nodes)
	opt(c, &m.Problem, (*Problem).code)
}

func (m *MediaAsk) code(c *coder) {
	num(c, &m.Stream)
	num(c, &m.Width)
}

func (m *CurveAsk) code(c *coder) {
	num(c, &m.Flow)
	num(c, &m.Width)
}

func (m *CodecAsk) code(c *coder) {
	num(c, &m.Stream)
	c.str(&m.Codec)
	num(c, &m.Width)
}

func (m *ListenAsk) code(c *coder) { num(c, &m.Stream) }

func (m *Sheet) code(c *coder) {
	num(c, &m.Stream)
	num(c, &m.Flow)
	c.str(&m.Title)
	c.str(&m.Lead)
	list(c, &m.Parts, func(c *coder, e *Part) { e.code(c) })
	c.bool(&m.Done)
}

func (m *Part) code(c *coder) {
	num(c, &m.Kind)
	c.str(&m.Text)
	list(c, &m.Cites, func(c *coder, e *Cite) { e.code(c) })
	list(c, &m.Cols, (*coder).str)
	list(c, &m.Cells, func(c *coder, e *Cell) { e.code(c) })
	c.bool(&m.Sort)
	c.str(&m.Name)
	opt(c, &m.Draw, (*Drawing).code)
	list(c, &m.Tools, func(c *coder, e *Tool) { e.code(c) })
	num(c, &m.On)
}

func (m *Cell) code(c *coder) {
	c.str(&m.Text)
	c.str(&m.Do)
	c.bool(&m.Num)
	num(c, &m.Bar)
	c.str(&m.Key)
	num(c, &m.Mark)
}

func (m *Tool) code(c *coder) {
	c.str(&m.Text)
	c.str(&m.Do)
}

func (m *Drawing) code(c *coder) {
	c.str(&m.Name)
	c.float(&m.W)
	c.float(&m.H)
	list(c, &m.Shapes, func(c *coder, e *Shape) { e.code(c) })
}

func (m *Shape) code(c *coder) {
	num(c, &m.Kind)
	c.str(&m.Class)
	list(c, &m.Points, (*coder).float)
	c.str(&m.Text)
	c.str(&m.Do)
}

func (m *Sound) code(c *coder) {
	num(c, &m.Stream)
	num(c, &m.Rate)
	num(c, &m.Channels)
	num(c, &m.From)
	c.bytes(&m.PCM)
	list(c, &m.Marks, func(c *coder, e *Mark) { e.code(c) })
	num(c, &m.Total)
	c.bool(&m.Done)
	c.str(&m.Note)
	c.str(&m.Title)
}

func (m *Mark) code(c *coder) {
	num(c, &m.At)
	num(c, &m.Packet)
	num(c, &m.Len)
}
