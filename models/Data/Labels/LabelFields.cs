namespace IlgpuGan.Models.Data.Labels;

/// <summary>The fields of a batch of label maps, beside the photographs <c>batch.B</c>.</summary>
public static class LabelFields
{
    public const string NameOfLabel = "Label";
    public const string NameOfBorder = "Border";
    public const string NameOfInstance = "Instance";

    /// <summary>The borders between the things of a map: [1, H, W].</summary>
    internal static NumbersField BorderOf(LabelMap things) =>
        new(NameOfBorder, things.Borders(), new Shape(1, things.Height, things.Width));

    extension(Batch batch)
    {
        /// <summary>A plane a class, [N, L, H, W]: 1 where a pixel belongs to it, else 0.</summary>
        public Tensor Label => batch[NameOfLabel];

        /// <summary>
        /// 1 on both sides of a border between instances, else 0: [N, 1, H, W]. Without instance maps the borders are those between
        /// classes.
        /// </summary>
        public Tensor Border => batch[NameOfBorder];

        /// <summary>
        /// Which instance a pixel belongs to, [N, 1, H, W]: the place of the instance's first pixel, counted row by row in its own picture.
        /// Without instance maps, or where it is wanted, all pixels of a class are one instance. Only of sources that are asked for it.
        /// </summary>
        public Tensor Instance => batch[NameOfInstance];
    }
}
