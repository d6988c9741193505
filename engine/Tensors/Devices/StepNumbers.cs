namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Table of the kernel arguments that change from step to step: the step of dropout's random key, Adam's rates, the image that a pool
/// shows. Kernels take an index into this table instead of a value, so that a recorded call reads the present step's value. Words have
/// 32 bits. Devices with their own memory keep a copy, updated in stream order before a kernel reads it.
/// </summary>
internal sealed class StepNumbers
{
    /// <summary>Words of the table, which never moves: a recorded launch may hold its address.</summary>
    public const int Capacity = 1 << 16;

    /// <summary>The first of <see cref="WordsAtOnce"/> words for calls that are not recorded: set them, then call the kernel.</summary>
    public const int AtOnce = 2;

    public const int WordsAtOnce = 4;

    private readonly uint[] _words = new uint[Capacity];

    /// <summary>Released runs of words, by length.</summary>
    private readonly Dictionary<int, Stack<int>> _free = [];

    /// <summary>Words 0 and 1 stay 0, for kernels without a changing argument.</summary>
    private int _reserved = AtOnce + WordsAtOnce;

    // True at first, since a device's copy starts empty.
    private bool _hasChanged = true;

    /// <summary>An integer, or the bits of a float32.</summary>
    /// <param name="word">index of a reserved word</param>
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

    /// <summary>Reserves neighbouring words until <see cref="Release"/> and returns the index of the first; their value is 0.</summary>
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

    /// <summary>Releases words that <see cref="Reserve"/> returned.</summary>
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
    /// All reserved words if one has changed since <see cref="NoteCopied"/>, else none. There are few: copying all costs less than tracking
    /// which.
    /// </summary>
    internal ReadOnlySpan<uint> Changed => _words.AsSpan(0, _hasChanged ? _reserved : 0);

    /// <summary>Notes that the device has all words as they are now.</summary>
    internal void NoteCopied() => _hasChanged = false;
}
