namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The numbers that change from step to step while everything else about its kernels stays: the step of dropout's random key, Adam's rates,
/// which pooled picture is shown. Kernels are given a place in this table instead of a value, so that a recorded call computes the present
/// step. Words have 32 bits. Devices with memory of their own keep a copy, brought up to date in the order of their stream before a kernel
/// reads it.
/// </summary>
public sealed class StepNumbers
{
    /// <summary>Words of the table, which never moves: a recorded launch may know its address.</summary>
    public const int Capacity = 1 << 16;

    /// <summary>The first of <see cref="WordsAtOnce"/> words for calls that are not recorded: set them, call the kernel.</summary>
    public const int AtOnce = 2;

    public const int WordsAtOnce = 4;

    private readonly uint[] _words = new uint[Capacity];

    /// <summary>Runs of words that were given back, by their length.</summary>
    private readonly Dictionary<int, Stack<int>> _free = [];

    /// <summary>Words 0 and 1 stay 0: the place for a kernel that has nothing to look up.</summary>
    private int _reserved = AtOnce + WordsAtOnce;

    // A device's copy has nothing at first.
    private bool _hasChanged = true;

    /// <summary>A whole number, or the bits of a float32.</summary>
    /// <param name="word">a reserved place</param>
    public uint this[int word]
    {
        get => _words[word];
        set
        {
            if (word < AtOnce || word >= _reserved)
            {
                throw new ArgumentOutOfRangeException(nameof(word), word, $"words {AtOnce} to {_reserved - 1} are reserved");
            }

            if (_words[word] != value)
            {
                _words[word] = value;
                _hasChanged = true;
            }
        }
    }

    /// <summary>Sets neighbouring words aside until they are given back, and returns the first; their value is 0.</summary>
    /// <exception cref="DeviceException">the table is full</exception>
    public int Reserve(int words)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(words);
        if (_free.TryGetValue(words, out var free) && free.TryPop(out var used))
        {
            for (var word = used; word < used + words; word++)
            {
                this[word] = 0;
            }

            return used;
        }

        if (_reserved > Capacity - words)
        {
            throw new DeviceException(
                $"a device has room for {Capacity} changing numbers of recorded steps and image pools; dispose those that are done with");
        }

        var first = _reserved;
        _reserved += words;
        _hasChanged = true;
        return first;
    }

    /// <summary>Gives back what <see cref="Reserve"/> returned.</summary>
    public void Release(int first, int words)
    {
        if (!_free.TryGetValue(words, out var free))
        {
            _free.Add(words, free = []);
        }

        free.Push(first);
    }

    public float Single(int word) => BitConverter.UInt32BitsToSingle(_words[word]);

    public void SetSingle(int word, float value) => this[word] = BitConverter.SingleToUInt32Bits(value);

    /// <summary>
    /// All reserved words if one has changed since the last call; else none. They are few: a copy of all costs less than finding out which.
    /// </summary>
    internal ReadOnlySpan<uint> TakeChanged()
    {
        var words = _hasChanged ? _reserved : 0;
        _hasChanged = false;
        return _words.AsSpan(0, words);
    }
}
