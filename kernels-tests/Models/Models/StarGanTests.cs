using IlgpuGan.Models.Families.StarGan;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>StarGAN's networks as published, its labels, and what each of its steps trains.</summary>
public sealed class StarGanTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("stargan")!;

    [Test]
    public void ALabelOfOneSetIsUnknownInTheOther()
    {
        Assert.That(TwoLabelledSets.Masked([1, 0, 1], ofSecond: false, (3, 2)), Is.EqualTo(new[] { 1, 0, 1, 0, 0, 1, 0 }));
        Assert.That(TwoLabelledSets.Masked([0, 1], ofSecond: true, (3, 2)), Is.EqualTo(new[] { 0, 0, 0, 0, 1, 0, 1 }));
    }

    [Test]
    public void FoldersAndTablesThatDoNotFitAreNamed()
    {
        Directory.CreateDirectory(In("train", "only"));
        Fails.Starting<PictureException>(() => LabelledPictures.Labels(In("train")), In("train"), "1 folder");
        Fails.With<PictureException>(() => LabelledPictures.Labels(In("nowhere")), "there is no such folder");
        File.WriteAllText(In("train", AttributeTable.FileName), "file,a,b\nx.png,1,0\n");
        Fails.With<PictureException>(
            () => s_family.Completed(new StarGanOptions { Data = Folder, Labels = "c" }), "no attribute 'c' of --labels; it has a, b");
        var found = (StarGanOptions)s_family.Completed(new StarGanOptions { Data = Folder });
        Assert.That((found.LabelKind, found.Labels), Is.EqualTo((LabelKind.Attributes, "a,b")));
    }

    /// <summary>As published: a count, names, rows with runs of spaces; of forty attributes the five of the paper.</summary>
    [Test]
    public void CelebAsOwnListIsRead()
    {
        Directory.CreateDirectory(In("train", "img_align_celeba"));
        File.WriteAllText(In("train", "img_align_celeba", "000002.jpg"), "");
        File.WriteAllText(
            In("train", AttributeTable.CelebaName),
            "2\nMale Bald Black_Hair Blond_Hair Brown_Hair Young \n000001.jpg  1 -1  1 -1 -1 -1\n000002.jpg -1  1 -1 -1  1 -1\n");
        var table = AttributeTable.Read(In("train"));
        Assert.That(table.Rows.Single().Values, Is.EqualTo(new[] { 0, 1, 0, 0, 1, 0 }));
        Assert.That(table.Rows.Single().File, Is.EqualTo(In("train", "img_align_celeba", "000002.jpg")));
        var found = (StarGanOptions)s_family.Completed(new StarGanOptions { Data = Folder });
        Assert.That(found.Labels, Is.EqualTo("Black_Hair,Blond_Hair,Brown_Hair,Male,Young"));
        File.WriteAllText(In("train", AttributeTable.CelebaName), "1\nMale\n000002.jpg 2\n");
        Fails.With<PictureException>(() => AttributeTable.Read(In("train")), "line 3 has '2' for Male");
    }
}
