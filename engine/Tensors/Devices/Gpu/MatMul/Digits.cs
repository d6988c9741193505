namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// A mixed-radix index of three digits: (image, row, column) of a pixel, (channel, row, column) of a tap. The high digit is unbounded.
/// </summary>
internal struct Digits
{
    public int High;

    public int Middle;

    public int Low;
}

/// <summary>The radix of <see cref="Digits"/>: the sizes of the two lower digits.</summary>
internal struct Radix
{
    public Divisor Middle;

    public Divisor Low;

    /// <summary>Created on the host.</summary>
    public Radix(int middle, int low)
    {
        Middle = new Divisor(middle);
        Low = new Divisor(low);
    }

    /// <summary>The digits of an index: two divisions, which is why the inner loops <see cref="Advance"/> instead.</summary>
    /// <param name="index">not negative</param>
    public readonly Digits Of(int index)
    {
        Digits digits = default;
        int rest = Low.Quotient(index);
        digits.Low = index - (rest * Low.Value);
        digits.High = Middle.Quotient(rest);
        digits.Middle = rest - (digits.High * Middle.Value);
        return digits;
    }

    /// <summary>digits += step, with two carries and no division.</summary>
    public readonly void Advance(ref Digits digits, Digits step)
    {
        int low = digits.Low + step.Low;
        bool carry = low >= Low.Value;
        digits.Low = carry ? low - Low.Value : low;
        int middle = digits.Middle + step.Middle + (carry ? 1 : 0);
        carry = middle >= Middle.Value;
        digits.Middle = carry ? middle - Middle.Value : middle;
        digits.High += step.High + (carry ? 1 : 0);
    }

    /// <summary>
    /// Whether the indices can be accessed as aligned vectors: any <paramref name="width"/> consecutive indices, starting at a multiple of
    /// it, are contiguous in memory and start at a multiple of it.
    /// </summary>
    /// <param name="width">2 or 4</param>
    /// <param name="count">number of indices</param>
    /// <param name="high">stride of the high digit, in elements</param>
    /// <param name="middle">stride of the middle digit</param>
    /// <param name="low">stride of the low digit</param>
    public readonly bool HasVectors(int width, int count, int high, int middle, int low)
    {
        int run = Middle.Value * Low.Value;
        bool isOnePiece = (low == 1 || Low.Value == 1) && (Middle.Value == 1 || middle == Low.Value);
        bool runsOn = high == run || count <= run;
        return isOnePiece && count % width == 0 && (runsOn || (run % width == 0 && high % width == 0));
    }
}
