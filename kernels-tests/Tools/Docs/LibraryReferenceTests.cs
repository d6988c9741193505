using System.Reflection;
using System.Xml.Linq;
using IlgpuGan.Docs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>What the reference says of the libraries.</summary>
internal sealed class LibraryReferenceTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] s_libraries = [typeof(Tensor).Assembly, typeof(Image).Assembly, typeof(TrainingRun).Assembly];

    /// <summary>Names that the compiler gave thousands of types and members; those of extension blocks are marks of its own.</summary>
    [TestCaseSource(nameof(s_libraries))]
    public void NamesAreTheCompilers(Assembly library)
    {
        var members = library.GetTypes().SelectMany(type => type.GetMembers(All).Prepend(type));
        var known = members.Select(DocumentationId.Of).ToHashSet();

        // The types of a regular expression's generator belong to their file: in the assembly they have names that no comment can give.
        const string Generated = ":System.Text.RegularExpressions.Generated.";
        var names = CommentsOf(library).Names
            .Where(name => !name.Contains('<') && !name.Contains(Generated, StringComparison.Ordinal)).ToList();
        Assert.That(names, Has.Count.GreaterThan(100));
        Assert.That(names.Where(name => !known.Contains(name)), Is.Empty);
    }

    /// <summary>What <see cref="Sample{T}"/> declares, as a caller sees it.</summary>
    [TestCase("Sample`1", "abstract class Sample<T>")]
    [TestCase("ILike", "interface ILike")]
    [TestCase("#ctor", "Sample(int count = 3)")]
    [TestCase("Change", "static bool Change<TValue>(ref TValue value, out int[] places, string? name = null)")]
    [TestCase("Add", "void Add(params int[] numbers)")]
    [TestCase("Pair", "(int, List<T>) Pair { get; init; }")]
    [TestCase("Item", "T this[int place] { get; }")]
    [TestCase("Most", "const int Most")]
    [TestCase("op_Implicit", "static int operator Implicit(Sample<T> from)")]
    public void Declarations(string name, string declaration)
    {
        MemberInfo[] members = [typeof(Sample<>), typeof(ILike), .. typeof(Sample<>).GetMembers(All)];
        var member = members.Single(m => m.Name == name || (name == "#ctor" && m is ConstructorInfo));
        Assert.That(member is Type type ? Signature.Of(type) : Signature.Of(member), Is.EqualTo(declaration));
    }

    [Test]
    public void APageTellsAllThatIsPublicAndNothingElse()
    {
        var pages = new LibraryReference(s_libraries).Pages().ToDictionary(page => page.Address);
        var start = pages[LibraryReference.Start].Body;
        Assert.That(start, Does.Contain("IlgpuGan.Models.Training.html").And.Contain(">TrainingRun</a>"));
        var page = pages["reference/IlgpuGan.Imaging.html"].Body;
        Assert.That(page, Does.Contain("<h2 id=\"T:IlgpuGan.Imaging.Image\">Image</h2>").And.Contain("sealed class Image"));
        Assert.That(page, Does.Contain("int Width { get; }").And.Contain("Image ToEightBits()").And.Contain("This image, or its samples"));
        Assert.That(page, Does.Contain("throws <code>ArgumentException</code>").And.Contain("Image(int width, int height, int channels"));
        Assert.That(page, Does.Contain("<a href=\"IlgpuGan.Imaging.html#M:IlgpuGan.Imaging.Image.ToEightBits\">"), "see");
        Assert.That(page, Does.Not.Contain("PixelLimit").And.Not.Contain(" With<").And.Not.Contain("get_Width"));
    }

    [Test]
    public void CommentsBecomeHtml()
    {
        var comment = XElement.Parse(
            "<summary>\n a &lt; <c>b</c> <paramref name=\"p\"/>, <see cref=\"T:N.Known\"/> " +
            "<see cref=\"M:N.Type`1.#ctor(System.Int32)\"/> <see langword=\"null\"/><para>new</para></summary>",
            LoadOptions.PreserveWhitespace);
        Assert.That(XmlComments.Html(comment, id => id == "T:N.Known" ? "N.html#T:N.Known" : null), Is.EqualTo(
            "a &lt; <code>b</code> <code>p</code>, <a href=\"N.html#T:N.Known\"><code>Known</code></a> <code>Type</code> " +
            "<code>null</code><p>new</p>"));
    }

    private static XmlComments CommentsOf(Assembly library) => new([Path.ChangeExtension(library.Location, ".xml")]);

    internal interface ILike;

    internal abstract class Sample<T>
    {
        public const int Most = 3;

        protected Sample(int count = 3) => Pair = (count, []);

        public (int Count, List<T> Items) Pair { get; init; }

        public T? this[int place] => place < Pair.Items.Count ? Pair.Items[place] : default;

        public static implicit operator int(Sample<T> from) => from.Pair.Count;

        public static bool Change<TValue>(ref TValue value, out int[] places, string? name = null)
        {
            places = [name?.Length ?? 0];
            return value is not null;
        }

        public void Add(params int[] numbers) => Pair.Items.EnsureCapacity(numbers.Length);
    }
}
