namespace IlgpuGan.Imaging.Pnm;

/// <summary>Reads the tokens of a PNM file: numbers separated by white space and comments.</summary>
internal ref struct PnmReader(ReadOnlySpan<byte> file, int position)
{
    private readonly ReadOnlySpan<byte> _file = file;

    /// <summary>The offset of the next byte.</summary>
    public int Position { get; private set; } = position;

    /// <summary>White space as in C's <c>isspace</c>.</summary>
    public static bool IsSpace(byte character) => character is (byte)' ' or (>= 9 and <= 13);

    /// <summary>Reads the next integer.</summary>
    /// <exception cref="ImageFormatException">
    /// The file ends, the token is not a number, or the number has more than nine digits.
    /// </exception>
    public int Number()
    {
        SkipSpace();
        var (value, start) = (0, Position);
        while (Position < _file.Length && char.IsAsciiDigit((char)_file[Position]))
        {
            ImageFormatException.ThrowIf(Position - start == 9, "a number in the PNM has more than nine digits", start);

            value = (value * 10) + (_file[Position++] - '0');
        }

        return Position > start ? value : throw Unexpected("a number");
    }

    /// <summary>Reads the next digit of a plain bitmap, where no space need precede it.</summary>
    /// <exception cref="ImageFormatException">The file ends, or has another character.</exception>
    public bool Bit()
    {
        SkipSpace();
        return Position < _file.Length && _file[Position] is (byte)'0' or (byte)'1'
            ? _file[Position++] == '1'
            : throw Unexpected("0 or 1");
    }

    /// <summary>Reads the single byte of white space before binary samples.</summary>
    /// <exception cref="ImageFormatException">It is not there.</exception>
    public void Space()
    {
        if (Position >= _file.Length || !IsSpace(_file[Position]))
        {
            throw Unexpected("white space");
        }

        Position++;
    }

    private void SkipSpace()
    {
        while (Position < _file.Length)
        {
            if (_file[Position] == '#')
            {
                var length = _file[Position..].IndexOfAny((byte)'\n', (byte)'\r');
                Position = length < 0 ? _file.Length : Position + length;
            }
            else if (IsSpace(_file[Position]))
            {
                Position++;
            }
            else
            {
                return;
            }
        }
    }

    private readonly ImageFormatException Unexpected(string wanted) => Position >= _file.Length
        ? new("the PNM is cut short", _file.Length)
        : new($"the PNM has the byte {_file[Position]} where {wanted} is expected", Position);
}
