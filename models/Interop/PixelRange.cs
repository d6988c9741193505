namespace IlgpuGan.Models.Interop;

/// <summary>The values of black and white in a network of another program.</summary>
public enum PixelRange
{
    /// <summary>−1 and 1, as in all networks here.</summary>
    Signed,

    /// <summary>0 and 1.</summary>
    Unit,

    /// <summary>0 and 255.</summary>
    Bytes,
}
