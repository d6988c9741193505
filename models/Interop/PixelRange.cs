namespace IlgpuGan.Models.Interop;

/// <summary>Which numbers black and white are to a network of another program.</summary>
public enum PixelRange
{
    /// <summary>−1 and 1, as to all networks here.</summary>
    Signed,

    /// <summary>0 and 1.</summary>
    Unit,

    /// <summary>0 and 255.</summary>
    Bytes,
}
