namespace ILGPU.Algorithms.RadixSortOperations;

/// <summary>An order of keys, as an unsigned number of which a sort takes some bits at a time, the lowest first.</summary>
public interface IRadixSortOperation<T>
    where T : struct
{
    /// <summary>The bits that the number has.</summary>
    int NumBits { get; }

    /// <summary>A key to fill up with: no number comes after it.</summary>
    T DefaultValue { get; }

    /// <summary>The number's bits from <paramref name="shift"/> on, as many as <paramref name="bitMask"/> lets through.</summary>
    int ExtractRadixBits(T value, int shift, int bitMask);
}
