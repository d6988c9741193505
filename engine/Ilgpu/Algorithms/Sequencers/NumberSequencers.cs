// Written by tools/type-tables: change it there.
namespace ILGPU.Algorithms.Sequencers;

/// <summary>0, 1, 2 … as indices.</summary>
public readonly struct IndexSequencer : ISequencer<Index1D>
{
    public Index1D ComputeSequenceElement(LongIndex1D sequenceIndex) => (int)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="sbyte"/>.</summary>
public readonly struct Int8Sequencer : ISequencer<sbyte>
{
    public sbyte ComputeSequenceElement(LongIndex1D sequenceIndex) => (sbyte)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="short"/>.</summary>
public readonly struct Int16Sequencer : ISequencer<short>
{
    public short ComputeSequenceElement(LongIndex1D sequenceIndex) => (short)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="int"/>.</summary>
public readonly struct Int32Sequencer : ISequencer<int>
{
    public int ComputeSequenceElement(LongIndex1D sequenceIndex) => (int)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="long"/>.</summary>
public readonly struct Int64Sequencer : ISequencer<long>
{
    public long ComputeSequenceElement(LongIndex1D sequenceIndex) => sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="byte"/>.</summary>
public readonly struct UInt8Sequencer : ISequencer<byte>
{
    public byte ComputeSequenceElement(LongIndex1D sequenceIndex) => (byte)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="ushort"/>.</summary>
public readonly struct UInt16Sequencer : ISequencer<ushort>
{
    public ushort ComputeSequenceElement(LongIndex1D sequenceIndex) => (ushort)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="uint"/>.</summary>
public readonly struct UInt32Sequencer : ISequencer<uint>
{
    public uint ComputeSequenceElement(LongIndex1D sequenceIndex) => (uint)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="ulong"/>.</summary>
public readonly struct UInt64Sequencer : ISequencer<ulong>
{
    public ulong ComputeSequenceElement(LongIndex1D sequenceIndex) => (ulong)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="Half"/>.</summary>
public readonly struct HalfSequencer : ISequencer<Half>
{
    public Half ComputeSequenceElement(LongIndex1D sequenceIndex) => (Half)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="float"/>.</summary>
public readonly struct FloatSequencer : ISequencer<float>
{
    public float ComputeSequenceElement(LongIndex1D sequenceIndex) => (float)sequenceIndex.X;
}

/// <summary>0, 1, 2 … as <see cref="double"/>.</summary>
public readonly struct DoubleSequencer : ISequencer<double>
{
    public double ComputeSequenceElement(LongIndex1D sequenceIndex) => (double)sequenceIndex.X;
}
