using System.Diagnostics.CodeAnalysis;

namespace StbImageSharp;

/// <summary>
/// The switches of StbImageSharp: 0 is off, which is the default. They are process-wide, and so are those that end in
/// <c>_thread</c>: once called, they override the others.
/// </summary>
[SuppressMessage("Naming", "CA1707", Justification = "The names are StbImageSharp's.")]
public static class StbImage
{
    private static Flag s_flipVertically;
    private static Flag s_unpremultiply;
    private static Flag s_convertIphonePng;

    internal static bool FlipsVertically => s_flipVertically.IsOn;

    internal static bool Unpremultiplies => s_unpremultiply.IsOn;

    internal static bool ConvertsIphonePng => s_convertIphonePng.IsOn;

    /// <summary>Whether rows are delivered from bottom to top.</summary>
    public static void stbi_set_flip_vertically_on_load(int flag_true_if_should_flip) => s_flipVertically.Set(flag_true_if_should_flip);

    /// <inheritdoc cref="stbi_set_flip_vertically_on_load"/>
    public static void stbi_set_flip_vertically_on_load_thread(int flag_true_if_should_flip) =>
        s_flipVertically.Override(flag_true_if_should_flip);

    /// <summary>Whether Apple's PNG variant is divided by alpha when it is converted.</summary>
    public static void stbi_set_unpremultiply_on_load(int flag_true_if_should_unpremultiply) =>
        s_unpremultiply.Set(flag_true_if_should_unpremultiply);

    /// <inheritdoc cref="stbi_set_unpremultiply_on_load"/>
    public static void stbi_set_unpremultiply_on_load_thread(int flag_true_if_should_unpremultiply) =>
        s_unpremultiply.Override(flag_true_if_should_unpremultiply);

    /// <summary>Whether Apple's PNG variant is brought from BGR to RGB.</summary>
    public static void stbi_convert_iphone_png_to_rgb(int flag_true_if_should_convert) =>
        s_convertIphonePng.Set(flag_true_if_should_convert);

    /// <inheritdoc cref="stbi_convert_iphone_png_to_rgb"/>
    public static void stbi_convert_iphone_png_to_rgb_thread(int flag_true_if_should_convert) =>
        s_convertIphonePng.Override(flag_true_if_should_convert);

    private struct Flag
    {
        private bool _general;
        private bool? _overriding;

        public readonly bool IsOn => _overriding ?? _general;

        public void Set(int value) => _general = value != 0;

        public void Override(int value) => _overriding = value != 0;
    }
}
