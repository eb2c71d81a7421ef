package sound

import "encoding/binary"

// WAVHeader is what stands in front of n bytes of 16-bit samples, low byte first, in a WAV
// file: 44 bytes. (Multimedia Programming Interface and Data Specifications 1.0, 1991)
func WAVHeader(rate, channels, n int) []byte {
	b := make([]byte, 0, 44)
	le := binary.LittleEndian
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, uint32(36+n))
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, 1) // samples as they are
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, uint32(2*rate*channels))
	b = le.AppendUint16(b, uint16(2*channels))
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	return le.AppendUint32(b, uint32(n))
}
