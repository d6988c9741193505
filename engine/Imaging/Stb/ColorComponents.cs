namespace StbImageSharp;

/// <summary>Channels of an image; the values are their number.</summary>
public enum ColorComponents
{
    /// <summary>As in the file.</summary>
    Default,
    Grey,
    GreyAlpha,
    RedGreenBlue,
    RedGreenBlueAlpha,
}
